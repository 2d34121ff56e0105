/** Addresses people would otherwise look up. All speak the OpenAI protocol; the local ones use their usual port. */
export const presets = [
  { name: "OpenAI", baseUrl: "https://api.openai.com/v1", local: false },
  { name: "OpenRouter", baseUrl: "https://openrouter.ai/api/v1", local: false },
  { name: "DeepSeek", baseUrl: "https://api.deepseek.com/v1", local: false },
  { name: "Groq", baseUrl: "https://api.groq.com/openai/v1", local: false },
  { name: "Mistral", baseUrl: "https://api.mistral.ai/v1", local: false },
  { name: "Together", baseUrl: "https://api.together.xyz/v1", local: false },
  { name: "Ollama", baseUrl: "http://127.0.0.1:11434/v1", local: true },
  { name: "vLLM", baseUrl: "http://127.0.0.1:8000/v1", local: true },
  { name: "LM Studio", baseUrl: "http://127.0.0.1:1234/v1", local: true },
] as const;
