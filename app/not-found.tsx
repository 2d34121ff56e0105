import { NotFoundState } from "@/components/not-found-state";

export default function NotFound() {
  return (
    <main className="flex min-h-[70dvh] items-center justify-center">
      <NotFoundState />
    </main>
  );
}
