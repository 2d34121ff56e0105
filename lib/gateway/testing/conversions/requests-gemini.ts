import type { Json } from "../../protocols/answer-format.ts";
import { sealedForGemini } from "../../protocols/gemini-names.ts";
import {
  type ClientSamples,
  film,
  paper,
  paperUrl,
  pictureUrl,
  pixel,
  type Samples,
  schema,
  sound,
  thought,
} from "./samples.ts";

const user = (...parts: Json[]): Json => ({ role: "user", parts: [{ text: "Hi" }, ...parts] });
const model: Json = { role: "model", parts: [{ text: "Hello." }] };
const said = (...parts: Json[]): Json => ({ contents: [user(...parts)] });
const inline = (mimeType: string, data: string): Json => ({ inlineData: { mimeType, data } });
const stored = (mimeType: string): Json => ({
  fileData: { mimeType, fileUri: "https://generativelanguage.googleapis.com/v1beta/files/f1" },
});
const tools = [{ functionDeclarations: [{ name: "look", description: "Looks.", parametersJsonSchema: schema }] }];
const calling = (functionCallingConfig: Json): Json => ({ tools, toolConfig: { functionCallingConfig } });
const config = (generationConfig: Json): Json => ({ generationConfig });
const exchange = (before: Json[] = [], result: Json = {}): Json => ({
  tools,
  contents: [
    user(),
    { role: "model", parts: [...before, { functionCall: { id: "call_1", name: "look", args: { city: "Rome" } } }] },
    {
      role: "user",
      parts: [{ functionResponse: { id: "call_1", name: "look", response: { output: "Sunny." }, ...result } }],
    },
  ],
});

export const geminiClient: ClientSamples = {
  base: { contents: [user()] },
  samples(proof): Samples {
    const thoughtSignature = sealedForGemini(proof);
    const thinking: Json = { text: thought, thought: true };
    return {
      text: { asks: {}, plain: { contents: [] } },
      system: { asks: { systemInstruction: { parts: [{ text: "Be brief." }] } } },
      image_data: { asks: said(inline("image/png", pixel)), plain: said() },
      image_url: { asks: said({ fileData: { mimeType: "image/png", fileUri: pictureUrl } }), plain: said() },
      image_file: { asks: said(stored("image/png")), plain: said() },
      document_data: { asks: said(inline("application/pdf", paper)), plain: said() },
      document_url: { asks: said({ fileData: { mimeType: "application/pdf", fileUri: paperUrl } }), plain: said() },
      document_file: { asks: said(stored("application/pdf")), plain: said() },
      document_text: {
        asks: said(inline("text/plain", Buffer.from("Words on paper.").toString("base64"))),
        plain: said(),
      },
      audio: { asks: said(inline("audio/wav", sound)), plain: said() },
      video: { asks: said(inline("video/mp4", film)), plain: said() },
      tools: { asks: { tools } },
      tool_hosted: { asks: { tools: [{ googleSearch: {} }] } },
      tool_choice_required: { asks: calling({ mode: "ANY" }), plain: { tools } },
      tool_choice_named: { asks: calling({ mode: "ANY", allowedFunctionNames: ["look"] }), plain: { tools } },
      tool_choice_none: { asks: calling({ mode: "NONE" }), plain: { tools } },
      tool_results: { asks: exchange(), plain: { tools } },
      tool_result_images: { asks: exchange([], { parts: [inline("image/png", pixel)] }), plain: exchange() },
      tool_result_documents: { asks: exchange([], { parts: [inline("application/pdf", paper)] }), plain: exchange() },
      tool_result_error: { asks: exchange([], { response: { error: "Sunny." } }), plain: exchange() },
      json_object: { asks: config({ responseMimeType: "application/json" }) },
      json_schema: { asks: config({ responseMimeType: "application/json", responseJsonSchema: schema }) },
      max_output_tokens: { asks: config({ maxOutputTokens: 7 }) },
      temperature: { asks: config({ temperature: 1.5 }) },
      top_p: { asks: config({ topP: 0.5 }) },
      top_k: { asks: config({ topK: 5 }) },
      stop: { asks: config({ stopSequences: ["END"] }) },
      seed: { asks: config({ seed: 7 }) },
      penalties: { asks: config({ presencePenalty: 0.5, frequencyPenalty: 0.25 }) },
      logprobs: { asks: config({ responseLogprobs: true, logprobs: 2 }) },
      choices: { asks: config({ candidateCount: 2 }) },
      reasoning_effort: { asks: config({ thinkingConfig: { thinkingLevel: "HIGH" } }) },
      reasoning_budget: {
        asks: config({ maxOutputTokens: 9000, thinkingConfig: { thinkingBudget: 4096 } }),
        plain: config({ maxOutputTokens: 9000 }),
      },
      reasoning_shown: { asks: config({ thinkingConfig: { includeThoughts: true } }) },
      reasoning_blocks: { asks: exchange([thinking]), plain: exchange() },
      reasoning_signatures: {
        asks: exchange([{ ...thinking, thoughtSignature }]),
        plain: exchange([thinking]),
      },
      sealed_reasoning: { asks: exchange([{ text: "", thoughtSignature }]), plain: exchange() },
      service_tier: { asks: { serviceTier: "flex" } },
      prefill: { asks: { contents: [user(), model] } },
      own_state: { asks: { cachedContent: "cachedContents/c1" } },
      own_output: { asks: config({ responseModalities: ["TEXT", "IMAGE"] }) },
      own_hints: { asks: { safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }] } },
    };
  },
};
