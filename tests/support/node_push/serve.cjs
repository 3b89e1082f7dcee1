// The push service of web-push-testing on a free port, which it says when it listens.
const net = require("node:net");
const { PushApiModel } = require("web-push-testing/src/PushApiModel");
const WebPushTestingServer = require("web-push-testing/src/server");

const probe = net.createServer().listen(0, () => {
  const { port } = probe.address();
  probe.close(() => new WebPushTestingServer(new PushApiModel(), port).startServer());
});
