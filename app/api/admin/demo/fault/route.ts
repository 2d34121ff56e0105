import { DemoFaultInput } from "@/lib/schemas/demo";
import { adminRoute } from "@/lib/server/admin";
import { orderDemoFault } from "@/lib/server/demo";

export const POST = adminRoute({
  summary: "Let the next call of a model of the demo fail, begin 5 s late, or answer with a given text",
  permission: "write",
  body: DemoFaultInput,
  handler: ({ body }) => orderDemoFault(body),
});
