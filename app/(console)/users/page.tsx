import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Messages } from "@/components/messages";
import { NoPermission } from "@/components/no-permission";
import { UsersView } from "@/components/users/users-view";
import { listInvites } from "@/lib/db/invites";
import { listUsers } from "@/lib/db/user-accounts";
import { refusalOf } from "@/lib/server/grantors";
import { requireSession } from "@/lib/server/session";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("users");
  return { title: t("title") };
}

export default async function UsersPage() {
  const session = await requireSession("/users");
  const refusal = await refusalOf(session, "admin");
  if (refusal !== null) return <NoPermission {...refusal} />;
  const [users, invites] = await Promise.all([listUsers({ limit: 500 }), listInvites()]);
  return (
    <Messages namespaces={["users"]}>
      <UsersView users={users} invites={invites} self={{ id: session.userId, isOwner: session.role === "owner" }} />
    </Messages>
  );
}
