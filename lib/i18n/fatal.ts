import type { Locale } from "./locales.ts";

/**
 * The words of the one page that has no messages: shown when even the root layout failed. Kept here because it must
 * not depend on anything that may be what failed.
 */
export const fatalWords: Record<Locale, { title: string; body: string; reload: string }> = {
  en: {
    title: "The console could not be shown",
    body: "It met an error before the page began. The gateway keeps serving calls; details are in the server's log.",
    reload: "Reload",
  },
  "zh-CN": {
    title: "无法显示控制台",
    body: "页面开始之前发生了错误。网关仍在处理调用，详细信息见服务器日志。",
    reload: "重新加载",
  },
  "zh-TW": {
    title: "無法顯示主控台",
    body: "頁面開始之前發生了錯誤。閘道仍在處理呼叫，詳細資訊請見伺服器記錄。",
    reload: "重新載入",
  },
  ja: {
    title: "コンソールを表示できません",
    body: "ページの読み込み前にエラーが発生しました。ゲートウェイは呼び出しの処理を続けています。詳細はサーバーのログにあります。",
    reload: "再読み込み",
  },
  ko: {
    title: "콘솔을 표시할 수 없습니다",
    body: "페이지를 시작하기 전에 오류가 발생했습니다. 게이트웨이는 호출을 계속 처리합니다. 자세한 내용은 서버 로그에 있습니다.",
    reload: "다시 불러오기",
  },
};
