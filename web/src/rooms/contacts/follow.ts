/** What is done to many goes on by itself: it is followed to its end, told, and can be undone. */
import { api, queries, type Shapes } from "@/app/client";
import { t } from "@/app/words";
import { toast } from "@/kit/Deeds";

type Job = Shapes["BulkJob"];
const GOING = new Set(["running", "undoing"]);
const EVERY = 700;

/** Says how it ended, with its undo. */
export async function followed(job: Job): Promise<void> {
  let now = job;
  while (GOING.has(now.state)) {
    await new Promise((resolve) => setTimeout(resolve, EVERY));
    now = (await api.GET("/api/v1/bulk/{bulk_id}", { params: { path: { bulk_id: job.id } } })).data ?? now;
  }
  await queries.invalidateQueries({ queryKey: ["get", "/api/v1/contacts"] });
  const count = { count: now.changed_count };
  if (now.state === "undone") toast(t("It is undone."));
  else toast(t("{count, plural, one {# person was} other {# people were}} changed.", count), () => void undone(job.id));
}

/** As before, and told. */
export async function undone(id: number): Promise<void> {
  const job = (await api.POST("/api/v1/bulk/{bulk_id}/undo", { params: { path: { bulk_id: id } } })).data;
  if (job) await followed(job);
}
