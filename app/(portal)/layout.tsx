import type { ReactNode } from "react";
import { PortalSignOut } from "@/components/portal/sign-out";
import { VisitorFrame } from "../visitor-frame";

export default function PortalLayout({ children }: { children: ReactNode }) {
  return <VisitorFrame actions={<PortalSignOut />}>{children}</VisitorFrame>;
}
