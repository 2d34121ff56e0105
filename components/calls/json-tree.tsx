"use client";

import { JsonView } from "react-json-view-lite";

/** JSON as a tree that folds; arrow keys walk it. */
export function JsonTree({ value, label }: { value: object; label: string }) {
  return (
    <div className="max-h-[32rem] overflow-auto rounded-card border bg-muted/40 p-3 font-mono text-small">
      <JsonView
        data={value}
        aria-label={label}
        shouldExpandNode={(level) => level < 2}
        clickToExpandNode
        style={{
          container: "min-w-0",
          basicChildStyle: "ms-4 break-words",
          childFieldsContainer: "min-w-0",
          label: "me-1.5 font-medium",
          clickableLabel: "me-1.5 cursor-pointer font-medium",
          nullValue: "text-muted-foreground",
          undefinedValue: "text-muted-foreground",
          numberValue: "text-info",
          booleanValue: "text-circuit",
          stringValue: "whitespace-pre-wrap text-success",
          otherValue: "text-muted-foreground",
          punctuation: "me-1 text-muted-foreground",
          collapseIcon: "me-1 inline-block w-3 cursor-pointer after:content-['▾']",
          expandIcon: "me-1 inline-block w-3 cursor-pointer after:content-['▸']",
          collapsedContent: "me-1 cursor-pointer after:content-['…']",
          noQuotesForStringValues: false,
          ariaLables: { collapseJson: label, expandJson: label },
          stringifyStringValues: false,
        }}
      />
    </div>
  );
}
