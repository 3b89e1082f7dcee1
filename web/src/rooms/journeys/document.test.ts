import { describe, expect, it } from "vitest";
import {
  beside,
  changed,
  type Doc,
  exitsOf,
  inserted,
  led,
  type Place,
  passedBy,
  problemsAt,
  reached,
  removed,
  START,
  startOf,
  tidy,
} from "./document";
import { layout, WIDTH } from "./layout";

function doc(): Doc {
  return tidy({
    journey: "welcome",
    triggers: [{ event: "Signed Up" }],
    steps: {
      hello: { send: { channel: "email", template: "hello" }, next: "opened" },
      opened: { branch: [{ when: { message: "hello", did: "opened" }, next: "case" }], else: "nudge" },
      nudge: { send: { channel: "sms", template: "nudge" }, next: "case", on_failed: "sorry" },
      sorry: { exit: { reason: "no phone" } },
      case: { wait_for: { event: "Pricing Viewed", timeout: "5d" }, next: "mark", on_timeout: "end" },
      mark: { update: { add_tags: ["warm"] } },
    },
  });
}

function caseOf(given: Doc): string | undefined {
  return (given.steps.opened as { branch: { next: string }[] }).branch[0]?.next;
}

function placeFrom(given: Doc, from: string, exit: string): Place {
  const edge = layout(given, () => 80).edges.find((one) => one.from === from && one.place.exits.includes(exit));
  if (!edge) throw new Error("there is no such edge");
  return edge.place;
}

describe("where steps lead", () => {
  it("names the exits that are drawn, the main one last for a branch and first elsewhere", () => {
    expect(exitsOf(doc().steps.opened ?? {})).toEqual([
      { key: "case0", target: "case" },
      { key: "else", target: "nudge" },
    ]);
    expect(exitsOf(doc().steps.nudge ?? {}).map((exit) => exit.key)).toEqual(["next", "on_failed"]);
    expect(exitsOf({ exit: {} })).toEqual([]);
  });

  it("leads an exit elsewhere and leaves out what is the end anyway", () => {
    expect(led({ exit: {}, next: "a" }, "next", "end")).toEqual({ exit: {} });
    expect(led({ branch: [{ when: {}, next: "a" }] }, "case0", "b")).toEqual({ branch: [{ when: {}, next: "b" }] });
    expect(led({ send: {}, on_failed: "a" }, "on_failed", undefined)).toEqual({ send: {} });
  });
});

describe("how many took each way", () => {
  it("counts who left by an exit without a way of its own on the main way", () => {
    const passed = { next: 5, on_skipped: 2, on_failed: 1 };
    expect(passedBy(doc().steps.hello ?? {}, ["next"], passed)).toBe(8);
    expect(passedBy(doc().steps.nudge ?? {}, ["next"], passed)).toBe(7);
    expect(passedBy(doc().steps.nudge ?? {}, ["on_failed"], passed)).toBe(1);
    expect(passedBy(doc().steps.opened ?? {}, ["case0"], { case0: 4, else: 3 })).toBe(4);
  });
});

describe("adding a step", () => {
  it("stands where the edge was and leads on", () => {
    const [next, name] = inserted(doc(), placeFrom(doc(), "hello", "next"), { wait: { for: "1d" } });
    expect(name).toBe("wait");
    expect(next.steps.hello?.next).toBe("wait");
    expect(next.steps.wait).toEqual({ wait: { for: "1d" }, next: "opened" });
    expect(Object.keys(next.steps).slice(0, 3)).toEqual(["hello", "wait", "opened"]);
  });

  it("goes between a case and its step only", () => {
    const [next, name] = inserted(doc(), placeFrom(doc(), "opened", "case0"), { wait: { for: "1d" } });
    expect(caseOf(next)).toBe(name);
    expect(next.steps.opened?.else).toBe("nudge");
  });

  it("may be the first, also of an empty journey", () => {
    const [next, name] = inserted(doc(), { from: null, exits: [], target: "hello" }, { wait: { for: "1d" } });
    expect([startOf(next), next.steps[name]?.next, next.start]).toEqual([name, "hello", undefined]);
    const empty = tidy({ journey: "a" });
    const [one] = inserted(empty, { from: null, exits: [], target: "end" }, { exit: {} });
    expect([startOf(one), Object.keys(one.steps)]).toEqual(["exit", ["exit"]]);
  });

  it("gets a name that is free", () => {
    const [first] = inserted(doc(), placeFrom(doc(), "mark", "next"), { send: {} });
    const [second, name] = inserted(first, placeFrom(first, "send", "next"), { send: {} });
    expect([name, second.steps.send?.next, second.steps.mark?.next]).toEqual(["send-2", "send-2", "send"]);
  });
});

describe("taking a step away", () => {
  it("heals what led to it", () => {
    const [next, gone] = removed(doc(), "case");
    expect(gone).toEqual([]);
    expect(caseOf(next)).toBe("mark");
    expect(next.steps.nudge?.next).toBe("mark");
  });

  it("takes along what only it led to, and says so", () => {
    const [next, gone] = removed(doc(), "nudge");
    expect(gone).toEqual(["sorry"]);
    expect([...reached(next)].sort()).toEqual(["case", "hello", "mark", "opened"]);
  });

  it("begins with the next when the first goes, whatever the order in the file", () => {
    const [next] = removed(doc(), "hello");
    expect(startOf(next)).toBe("opened");
    const other = tidy({
      ...doc(),
      steps: { mark: { update: {} }, hello: { send: {}, next: "mark" } },
      start: "hello",
    });
    expect(removed(other, "hello")[0].start).toBeUndefined();
    expect(Object.keys(removed(tidy({ journey: "a", steps: { x: { exit: {} } } }), "x")[0].steps)).toEqual([]);
  });
});

describe("walking with arrows", () => {
  it("follows the structure", () => {
    const given = doc();
    expect(beside(given, START, "down")).toBe("hello");
    expect(beside(given, "hello", "up")).toBe(START);
    expect(beside(given, "opened", "down")).toBe("case");
    expect(beside(given, "case", "right")).toBe("nudge");
    expect(beside(given, "nudge", "left")).toBe("case");
    expect(beside(given, "mark", "down")).toBeUndefined();
  });
});

describe("problems", () => {
  it("belong to their step, the rest to the beginning", () => {
    const found = [{ path: "steps.hello.send.template" }, { path: "goal.event" }, { path: "steps.hel" }];
    expect(problemsAt(found, "hello").length).toBe(1);
    expect(problemsAt(found, START)).toEqual([{ path: "goal.event" }]);
  });
});

describe("the layout", () => {
  const plan = layout(doc(), () => 80);
  const at = (id: string) => plan.spots.find((spot) => spot.id === id);

  it("keeps the main path straight and puts other ways beside it", () => {
    expect(new Set([START, "hello", "opened", "case", "mark"].map((id) => at(id)?.x))).toEqual(new Set([0]));
    expect(at("nudge")?.x).toBeGreaterThan(WIDTH);
  });

  it("never lays a card on another, nor a step above what leads to it", () => {
    const overlaps = plan.spots.some((a) =>
      plan.spots.some(
        (b) => a.id < b.id && Math.abs(a.x - b.x) < WIDTH && a.y < b.y + b.height && b.y < a.y + a.height,
      ),
    );
    expect(overlaps).toBe(false);
    for (const edge of plan.edges) expect(at(edge.from)?.y).toBeLessThan(at(edge.to)?.y ?? 0);
  });

  it("draws a way back along the side", () => {
    const looped = changed(doc(), "mark", { update: {}, next: "hello" });
    const back = layout(looped, () => 80).edges.find((edge) => edge.from === "mark");
    expect(back?.to).toBe("hello");
    expect(back?.plus[0]).toBeGreaterThan(WIDTH);
  });

  it("draws three hundred steps at once", () => {
    const steps: Doc["steps"] = {};
    for (let i = 0; i < 300; i++)
      steps[`s${i}`] =
        i % 3
          ? { wait: { for: "1d" }, next: `s${i + 1}` }
          : { branch: [{ when: {}, next: `s${i + 1}` }], else: i + 2 < 300 ? `s${i + 2}` : "end" };
    const begun = performance.now();
    const large = layout(tidy({ journey: "large", steps }), () => 80);
    expect(large.spots.filter((spot) => spot.kind === "step").length).toBe(300);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
