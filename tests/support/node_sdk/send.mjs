// Segment's own Node SDK, with nothing changed but the host. Reads lines of JSON: {"call": "track", ...} or
// {"call": "flush"}; answers a flush with one line: what could not be delivered.
import { createInterface } from 'node:readline'
import { Analytics } from '@segment/analytics-node'

const [host, writeKey, settings] = process.argv.slice(2)
const analytics = new Analytics({ writeKey, host, ...JSON.parse(settings ?? '{}') })
const failures = []
analytics.on('error', (error) => failures.push(String(error.reason ?? error.code)))

for await (const line of createInterface({ input: process.stdin })) {
  const { call, ...given } = JSON.parse(line)
  if (call === 'flush') {
    await analytics.flush()
    process.stdout.write(JSON.stringify({ failures }) + '\n')
  } else {
    analytics[call](given)
  }
}
await analytics.closeAndFlush()
