/** What the server says about segments. */
import type { Shapes } from "@/app/client";

export type SegmentRow = Shapes["SegmentRow"];
export type SegmentWhole = Shapes["SegmentPage"];
export type Member = Shapes["MemberRow"];
export type GrowthDay = Shapes["SegmentGrowth"]["days"][number];
export type Explained = Shapes["SegmentExplanation"];
export type Part = Explained["parts"][number];
export type Compared = Shapes["Compared"];
