import { redirect } from "next/navigation";

/** The configuration is saved, restored and compared where it is imported and exported. */
export default function BackupPage(): never {
  redirect("/settings/import");
}
