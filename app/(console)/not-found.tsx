import { NotFoundState } from "@/components/not-found-state";

/** A console page whose object is gone: the frame around it stays. */
export default function ConsoleNotFound() {
  return (
    <div className="flex min-h-[70dvh] items-center justify-center">
      <NotFoundState />
    </div>
  );
}
