/** The answer of `demo-polite-error`, which a fail keyword catches. */
export const excuse = "I am sorry, but your quota is used up for today. Please try again tomorrow.";

const replies: { matches: RegExp; words: string }[] = [
  {
    matches: /[\u3040-\u30ff]/,
    words:
      "こんにちは。Sluice に組み込まれたデモプロバイダーです。この回答は、ネットワークもアカウントも使わず、このサーバーの中で作られました。コールログを開くと、どのプロバイダーが呼ばれ、どれが失敗し、なぜここが回答したのかを確認できます。",
  },
  {
    matches: /[\uac00-\ud7af]/,
    words:
      "안녕하세요. Sluice에 내장된 데모 공급자입니다. 이 답변은 네트워크나 계정 없이 이 서버 안에서 만들어졌습니다. 호출 로그를 열면 어떤 공급자가 호출되었고 무엇이 실패했으며 왜 이 공급자가 응답했는지 확인할 수 있습니다.",
  },
  {
    matches: /[這個們嗎說請謝樣為麼對時]/,
    words:
      "你好，這裡是 Sluice 內建的示範供應商。這則回覆在這台伺服器上產生，不需要網路，也不需要帳號。開啟呼叫記錄，就能看到呼叫過哪些供應商、哪些失敗了，以及為什麼由這一個回覆。",
  },
  {
    matches: /[\u4e00-\u9fff]/,
    words:
      "你好，这里是 Sluice 内置的演示供应商。这条回答在这台服务器上生成，不需要网络，也不需要账号。打开调用日志，就能看到调用过哪些供应商、哪些失败了，以及为什么由这一个回答。",
  },
];
const defaultReply =
  "Hello from the demo provider built into Sluice. This answer was made on this server, without a network and without an account. Open the call logs to see which providers were asked, which failed, and why this one answered.";

/** What the demo says to a text: the same words, in the language of the text. */
export function replyTo(text: string): string {
  return replies.find(({ matches }) => matches.test(text))?.words ?? defaultReply;
}

/** One token per word or per CJK character: good enough for a demo that wants believable numbers. */
export function piecesOf(words: string): string[] {
  return words.match(/[\u3040-\u30ff\u4e00-\u9fff]{1,2}|[^\s\u3040-\u30ff\u4e00-\u9fff]+\s*|\s+/g) ?? [words];
}

export function tokensOf(text: string): number {
  return Math.max(1, piecesOf(text).length);
}
