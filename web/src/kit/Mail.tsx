/** A mail as it looks, in a frame of its own where nothing runs; the server gives it the rules that mails need. */
import { useEffect, useId, useRef } from "react";
import { entered } from "@/app/client";

type MailProps = { html: string; title: string; width?: number | string; height?: number | string };

export function Mail({ html, title, width = "100%", height = 480 }: MailProps) {
  const name = `mail${useId().replace(/\W/g, "")}`;
  const form = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: sent again whenever the mail is another one
  useEffect(() => form.current?.submit(), [html]);
  return (
    <>
      <form
        ref={form}
        hidden
        method="post"
        target={name}
        action={`/api/v1/frame?workspace=${encodeURIComponent(entered())}`}
      >
        <input type="hidden" name="html" value={html} readOnly />
      </form>
      <iframe className="mail" name={name} title={title} sandbox="" style={{ width, height }} />
    </>
  );
}
