import type { WireName } from "../../protocols/conversation.ts";
import type { Feature } from "../../protocols/features.ts";

const storedElsewhere = "The file is stored at another provider; nobody else can read it.";
const hosted = "Tools that a provider runs by itself are its own.";
const oneAnswer = "A converted call has one answer.";
const noLogprobs = "Other formats have no place for them that a client would find.";
const state = "The call builds on something stored at a provider of the client's format, or on parts that only it has.";
const ownOutput = "The answer would be made of something else.";
const ownHints = "Members that only the client's format has and that no reader of the answer would miss.";
const customTool =
  "A function with one text, `input`; a grammar is told in its description. Its calls come back as calls of the custom tool.";
const effortOfBudget =
  "Becomes an effort: 0 is `none`, up to 2,048 tokens `low`, up to 8,192 `medium`, more `high`. “As much as it likes” (−1) says nothing.";
const noThinker = "Left out for models of OpenAI's own that do not think (`gpt-4o` …), which refuse it.";
const longUser = "A name of more than 64 characters is told by its SHA-256.";
const textDocument = "Told as text, below its name.";
const failedResult = "The result begins with `The tool failed:`.";
const cachesAlone = "Marks are left out: the provider decides by itself what it keeps.";
const inSystemTags = "Told in the user's turn, in `<system>` tags.";
const ownProofs =
  "A proof goes back to who made it; nobody else gets it. Clients carry foreign proofs in an envelope (`sluice1.…`).";
const ownSealed = "Goes back to who made it; left out for everybody else.";

/** What becomes of a feature that is not simply kept, by the format a request is written in. */
export const requestNotes: Record<WireName, Partial<Record<Feature, string>>> = {
  "openai-chat": {
    image_file: storedElsewhere,
    document_url: "Chats take files as data only.",
    document_file: storedElsewhere,
    document_text: textDocument,
    video: "Chats have no films.",
    tool_custom: `${customTool} Hardly any server but OpenAI's own has custom tools in chats.`,
    tool_hosted: hosted,
    tool_result_images:
      "A tool's message holds text only: they follow in a message of the user, and the result says so.",
    tool_result_documents: "As images of results. A document of text becomes part of the result.",
    tool_result_error: failedResult,
    top_k: "Not in OpenAI's API.",
    logprobs: noLogprobs,
    choices: oneAnswer,
    reasoning_effort: noThinker,
    reasoning_budget: effortOfBudget,
    reasoning_shown: "Servers that show thoughts show them unasked.",
    reasoning_blocks:
      "As `reasoning_content`, or with a proof as `reasoning_details`; only within the current exchange of tool calls, and never to models of OpenAI's own, which refuse them.",
    reasoning_signatures:
      "As `reasoning_details`, which name the maker; only within the current exchange of tool calls. Gemini's proof of a call stands at the call.",
    sealed_reasoning:
      "As an entry `reasoning.encrypted` of `reasoning_details`; only within the current exchange of tool calls.",
    cache_marks: cachesAlone,
    user: longUser,
    metadata: "OpenAI takes it for stored answers only.",
    service_tier: "OpenAI's names pass; names that only others have are left out.",
    prefill: "A chat answers a turn of the assistant with a new one; it does not go on with it.",
    own_state: state,
    own_output: ownOutput,
    own_hints: ownHints,
  },
  "openai-responses": {
    image_file: storedElsewhere,
    document_file: storedElsewhere,
    document_text: textDocument,
    audio: "Responses take no sound.",
    video: "Responses take no films.",
    tool_hosted: hosted,
    tool_result_error: failedResult,
    max_output_tokens: "Fewer than 16 tokens are 16, the least that is taken.",
    top_k: "Not in OpenAI's API.",
    stop: "Responses have no stop sequences, and the answer would not end where it should.",
    seed: "Responses have no seed.",
    penalties: "Responses have none.",
    logprobs: noLogprobs,
    choices: oneAnswer,
    reasoning_effort: noThinker,
    reasoning_budget: effortOfBudget,
    reasoning_shown: `A summary, \`auto\`. ${noThinker}`,
    reasoning_blocks: "Only thoughts with OpenAI's own proof are sent back; it takes no others.",
    reasoning_signatures: ownProofs,
    sealed_reasoning: ownSealed,
    cache_marks: cachesAlone,
    user: longUser,
    service_tier: "OpenAI's names pass; names that only others have are left out.",
    prefill: "A response is a new turn; it does not go on with the last one.",
    own_state: state,
    own_output: ownOutput,
    own_hints: ownHints,
  },
  "anthropic-messages": {
    system_midway: inSystemTags,
    image_file: storedElsewhere,
    image_detail: "Not in Anthropic's API.",
    document_file: storedElsewhere,
    audio: "Messages take no sound.",
    video: "Messages take no films.",
    tool_strict:
      "`strict` for models with structured outputs, if the schema fits them; limits they do not know move to descriptions. Else the plain schema.",
    tool_custom: customTool,
    tool_hosted: hosted,
    tool_choice_required: "`any`; models that cannot be made to call a tool are asked to, in the system prompt.",
    tool_choice_named: "`tool`; models that cannot be made to call a tool are asked to, in the system prompt.",
    json_object: "Asked for in the system prompt.",
    json_schema:
      "`output_config.format` for models with structured outputs, if the schema fits them; limits they do not know move to descriptions. Else asked for in the system prompt.",
    temperature: "More than 1 is 1. Left out where the model thinks, or knows no such setting.",
    top_p: "Left out where the model thinks, knows no such setting, or takes only one of it and temperature.",
    top_k: "Left out where the model thinks, or knows no such setting.",
    seed: "Not in Anthropic's API.",
    penalties: "Not in Anthropic's API.",
    logprobs: noLogprobs,
    choices: oneAnswer,
    reasoning_effort:
      "An effort where the model knows it, else a budget (low 2,048, medium 8,192, high 16,384 … tokens), at most half of `max_tokens`. A model that must call a tool does not think before it.",
    reasoning_budget: "The budget, below `max_tokens`; for models that know only efforts, the effort it stands for.",
    reasoning_shown:
      "Whoever wants to see thoughts gets some: the model thinks, and `display` is `summarized` where it has to be asked for.",
    reasoning_blocks: "Only thoughts with Anthropic's own proof are sent back; it refuses all others.",
    reasoning_signatures: ownProofs,
    sealed_reasoning: ownSealed,
    cache_key: "Not in Anthropic's API, which has marks instead.",
    metadata: "Anthropic's `metadata` is the user alone.",
    service_tier: "Its tiers are bought for an account; no request can ask for another's.",
    verbosity: "Not in Anthropic's API.",
    own_state: state,
    own_output: ownOutput,
    own_hints: ownHints,
  },
  gemini: {
    system_midway: inSystemTags,
    image_file: storedElsewhere,
    image_detail: "Google's has other steps.",
    document_file: storedElsewhere,
    tool_strict: "Functions have no such member; the schema itself is kept.",
    tool_custom: customTool,
    tool_hosted: hosted,
    parallel_tool_calls: "Cannot be switched off.",
    tool_result_images: "Inside the result since Gemini 3; before, right behind it in the same turn.",
    tool_result_documents: "Inside the result since Gemini 3; before, right behind it in the same turn.",
    logprobs: noLogprobs,
    choices: oneAnswer,
    reasoning_effort:
      "A level since Gemini 3 (`none` and `minimal` are `MINIMAL`, in Pro models `LOW`; more than `high` is `HIGH`), before a budget (1,024, 8,192 or 24,576 tokens; Pro models at least 128).",
    reasoning_budget:
      "The budget, within the model's bounds; since Gemini 3 the level it stands for (up to 1,024 tokens minimal, 4,096 low, 16,384 medium, more high).",
    reasoning_signatures: `${ownProofs} A call of somebody else gets Google's own stand-in.`,
    sealed_reasoning: ownSealed,
    cache_marks: cachesAlone,
    cache_key: "Not in Google's API.",
    user: "Not in Google's API.",
    metadata: "Not in Google's API.",
    service_tier: "`default` (`standard`), `flex` and `priority`; names that only others have are left out.",
    verbosity: "Not in Google's API.",
    prefill: "Google answers a turn of the model with a new one; it does not go on with it.",
    own_state: state,
    own_output: ownOutput,
    own_hints: ownHints,
  },
};
