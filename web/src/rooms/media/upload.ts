/** A picture goes to the server as it is; the server says what it is. */
import { api, queries, type Shapes } from "@/app/client";

export type Picture = Shapes["MediaPicture"];
export const TAKEN = "image/png,image/jpeg,image/gif,image/webp";

export async function upload(file: File): Promise<Picture | undefined> {
  const { data } = await api.POST("/api/v1/media", {
    params: { query: { name: file.name } },
    body: file as never,
    bodySerializer: (body) => body as unknown as BodyInit,
    headers: { "content-type": "application/octet-stream" },
  });
  await queries.invalidateQueries({ queryKey: ["get", "/api/v1/media"] });
  return data;
}

/** Several, one after the other; the last of them. */
export async function uploadAll(files: File[]): Promise<Picture | undefined> {
  let last: Picture | undefined;
  for (const file of files) last = await upload(file);
  return last;
}

/** As people say how large a file is. */
export function weight(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
