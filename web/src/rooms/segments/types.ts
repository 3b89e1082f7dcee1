/** What the server says about segments. */
import type { PartCount } from "../rules/types";

export type SegmentRow = {
  name: string;
  title: string;
  description: string;
  is_definition: boolean;
  owner: string;
  review_on: string;
  state: "ready" | "computing" | "draft";
  progress: number;
  count: number | null;
  entered_30d: number;
  left_30d: number;
  sentence: string;
  used: number;
  published_at: string | null;
  has_draft: boolean;
};
export type SegmentWhole = {
  segment: SegmentRow;
  where: unknown;
  parts: PartCount[];
  used_by: { kind: string; name: string; how: string }[];
  starts: string[];
};
export type Member = {
  id: number;
  label: string;
  email: string | null;
  entered_at: string;
  cause: string;
  next_change_at: string | null;
};
export type Growth = { days: { day: string; entered: number; left: number; count: number }[] };
export type Part = { path: string; depth: number; sentence: string; answer: boolean | null; seen?: string | null };
export type Stay = { entered_at: string; left_at: string; entered_cause: string; left_cause: string };
export type Explained = {
  contact_id: number;
  label: string;
  is_member: boolean;
  entered_at: string | null;
  cause: string;
  next_change_at: string | null;
  parts: Part[];
  stays: Stay[];
};
export type Compared = { a: number; b: number; both: number; only_a: number; only_b: number };
