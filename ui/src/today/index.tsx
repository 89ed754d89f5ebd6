// What a person looks at first: a card of each domain that has something for today.
import { useCommand } from "../api";
import { Failure } from "../components";
import { todayCards } from "../domains";

export function TodayPage() {
  const { data, error } = useCommand("today", {});
  if (error)
    return (
      <div className="page">
        <Failure error={error} />
      </div>
    );
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <h1>Today</h1>
      <div className="cards">
        {todayCards().map(({ at, Part }) => (
          <Part key={at} today={data} />
        ))}
      </div>
    </div>
  );
}
