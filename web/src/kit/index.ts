/** One way for each thing: the parts that every room uses. */
export * from "./Basics";
export * from "./Deeds";
export * from "./ListView";
export * from "./Mail";
export * from "./SchemaForm";
export * from "./State";
export * from "./schema";
export * from "./Time";
export * from "./Why";
