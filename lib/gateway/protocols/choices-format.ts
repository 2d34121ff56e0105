import { errorBody } from "../../errors.ts";
import { type AnswerFormat, heldBytesUsually, type Json, parseObject } from "./answer-format.ts";
import { readChatAnswer } from "./openai-chat.ts";
import { answerToEvents, ChatAggregator } from "./openai-chat-convert.ts";
import { createChatEventReader } from "./openai-chat-events.ts";
import { completionToEvents, TextAggregator } from "./openai-completions-convert.ts";

type Converted = { createAggregator(): ChatAggregator | TextAggregator; toEvents: typeof answerToEvents };

function choicesFormat({ createAggregator, toEvents }: Converted): AnswerFormat {
  return {
    kind: "json",
    asAsked: true,
    streamEnd: "done_mark",
    namesEvents: false,
    pings: true,
    heldBytesMost: heldBytesUsually,
    createEventReader: () => ({ read: createChatEventReader(), errorText: errorEvent }),
    readAnswer: (body) => {
      const json = parseObject(body.toString("utf8"));
      return json && readChatAnswer(json);
    },
    convert: {
      createAggregator,
      toEvents: (body, usage) => toEvents(JSON.parse(body.toString("utf8")) as Json, usage),
    },
  };
}

/** An error in a stream of unnamed events, as OpenAI's libraries expect it. */
export function errorEvent(error: Parameters<typeof errorBody>[0]): string {
  return `data: ${JSON.stringify(errorBody(error))}\n\n`;
}

export const chatFormat = choicesFormat({
  createAggregator: () => new ChatAggregator(),
  toEvents: answerToEvents,
});

/** The older text completions. */
export const completionsFormat = choicesFormat({
  createAggregator: () => new TextAggregator(),
  toEvents: completionToEvents,
});
