import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { CallDetail } from "@/components/calls/call-detail";
import { Messages } from "@/components/messages";
import { Card } from "@/components/ui/card";
import { PageBody, PageHeader } from "@/components/ui/page-header";
import { isSluiceError } from "@/lib/errors";
import { middleTruncated } from "@/lib/format";
import { type Caller, callerWith } from "@/lib/server/caller";
import { showCall } from "@/lib/server/calls";
import { requireSession } from "@/lib/server/session";
import { visitorAddress } from "@/lib/server/visitor-address";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { id }] = await Promise.all([getTranslations("logs"), params]);
  return { title: t("callTitle", { id }) };
}

async function readCall(id: string, caller: Caller) {
  try {
    return await showCall(id, caller);
  } catch (error) {
    if (isSluiceError(error) && error.code === "not_found") notFound();
    throw error;
  }
}

/** One call on a page of its own, by call id or request id. */
export default async function CallPage({ params }: Props) {
  const { id } = await params;
  const session = await requireSession(`/logs/${id}`);
  const t = await getTranslations("logs");
  // Reading prompts is audited, with the address it was read from.
  const ip = visitorAddress(await headers());
  const caller = callerWith({ type: "user", id: session.userId, name: session.username, ip }, session.role);
  const call = await readCall(id, caller);
  return (
    <PageBody>
      <PageHeader
        title={t("callTitle", { id: middleTruncated(call.requestId, { head: 14, tail: 6 }) })}
        breadcrumb={{ href: "/logs", label: t("backToLogs") }}
      />
      <Card>
        <Messages namespaces={["calls"]}>
          <CallDetail call={call} mayReadBodies={caller.may("bodies")} />
        </Messages>
      </Card>
    </PageBody>
  );
}
