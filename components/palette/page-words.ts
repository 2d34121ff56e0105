import type { SettingsSection } from "../settings/sections";
import type { NavigationItem } from "../shell/navigation";

/**
 * What else people type for a page: its English name, which works in every language, and how its names in the other
 * languages are typed on a Latin keyboard (pinyin with initials, romaji, the initial consonants of hangul).
 */
export const pageWords: Record<NavigationItem["label"], string> = {
  overview: "Overview dashboard home gailan gl zonglan zl gaiyou 概览 總覽 概要 개요 ㄱㅇ gaeyo",
  logs: "Call logs requests history diaoyong rizhi dyrz hujiao jilu hjjl yobidashi rogu 요청 호출 ㅎㅊㄹㄱ hochul",
  usage: "Usage cost spend money tokens yongliang feiyong ylfy shiyouryou kosuto 사용량 ㅅㅇㄹ sayongryang",
  status: "Status health circuits zhuangtai zt kadou joukyou 상태 ㅅㅌ sangtae",
  groups: "Groups routing models fenzu fz qunzu qz guruupu gurupu 그룹 ㄱㄹ geurup",
  providers: "Providers upstream credentials gongyingshang gys purobaida 공급자 ㄱㄱㅈ gonggeupja",
  models: "Models prices catalogue moxing jiage mxjg moderu ryoukin 모델 가격 ㅁㄷ model",
  failKeywords: "Fail keywords rules shibai guanjianci sbgjc shippai kiiwaado 실패 키워드 ㅅㅍ silpae",
  keys: "API keys secrets budgets miyao my jinyao jy kii 키 ㅋ ki",
  users: "Users roles accounts people yonghu juese yhjs shiyongzhe yuuzaa rooru 사용자 역할 ㅅㅇㅈ sayongja",
  playground: "Playground try chat shiyanchang syc ceshichang csc pureiguraundo 플레이그라운드 ㅍㄹㅇ",
  quickstart: "Quickstart setup snippets kuaisu kaishi ksks rumen kuikkusutaato 빠른 시작 ㅃㄹㅅㅈ",
  audit: "Audit log changes who shenji rizhi sjrz jihe jilu jhjl kansa rogu 감사 로그 ㄱㅅ gamsa",
  settings: "Settings preferences options shezhi sz sheding sd settei 설정 ㅅㅈ seoljeong",
};

/** The same for the sections of the settings. */
export const settingsWords: Record<SettingsSection, string> = {
  general: "General instance name changgui cg yiban yb ippan 일반 ㅇㅂ",
  routing: "Routing timeouts retries luyou ly ruutingu 라우팅 ㄹㅇㅌ",
  alerts: "Alerts webhook mail notify gaojing gj jingshi js araato tsuuchi 알림 ㅇㄹ allim",
  retention: "Retention delete days baoliu bl hoji kikan 보존 ㅂㅈ",
  import: "Import export configuration YAML daoru dr huiru hr inpooto 가져오기 ㄱㅈㅇㄱ",
  security: "Security password sessions tokens anquan aq mima sekyuriti 보안 ㅂㅇ",
  appearance: "Appearance theme dark density language time zone waiguan wg hyouji 화면 ㅎㅁ",
  about: "About version interfaces guanyu gy jouhou 정보 ㅈㅂ",
};
