package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Records what it is told of runs, and checks the promises about the order. */
final class RunLog implements RunListener {
    private final Map<String, Seen> runs = new ConcurrentHashMap<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();

    /** One run. Its plain fields are written by the callbacks, which come one at a time. */
    static final class Seen implements RunWatch {
        private final RunLog log;
        final RunStart start;
        final CallContext context;
        final List<String> news = new ArrayList<>();
        final List<TurnEnd> turns = new ArrayList<>();
        final List<ToolStart> toolStarts = new ArrayList<>();
        final Map<String, ToolEnd> tools = new ConcurrentHashMap<>();
        final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicBoolean inside = new AtomicBoolean();
        private int open;
        RunEnd end;

        Seen(RunLog log, RunStart start) {
            this.log = log;
            this.start = start;
            this.context = start.context();
        }

        private void tell(String text, int change) {
            if (!inside.compareAndSet(false, true)) {
                log.violations.add(text + " overlaps");
            }
            if (end != null) {
                log.violations.add(text + " after the end");
            }
            open += change;
            news.add(text);
            inside.set(false);
        }

        @Override
        public TurnWatch turn(TurnStart turn) {
            String name = "turn " + turn.number();
            tell(name, 1);
            return new TurnWatch() {
                private final AtomicBoolean over = new AtomicBoolean();

                @Override
                public void end(TurnEnd turnEnd) {
                    log.once(over, name);
                    tell(name + " " + turnEnd.outcome(), -1);
                    turns.add(turnEnd);
                }
            };
        }

        @Override
        public ToolWatch tool(ToolStart tool) {
            String name = tool.call().name();
            tell(name, 1);
            toolStarts.add(tool);
            return new ToolWatch() {
                private final AtomicBoolean over = new AtomicBoolean();

                @Override
                public void end(ToolEnd toolEnd) {
                    log.once(over, name);
                    tell(name + " " + toolEnd.outcome(), -1);
                    tools.put(tool.call().id(), toolEnd);
                }
            };
        }

        @Override
        public void end(RunEnd runEnd) {
            tell("end " + runEnd.outcome(), 0);
            if (open != 0) {
                log.violations.add(open + " parts are open at the end of the run");
            }
            end = runEnd;
            ended.countDown();
        }
    }

    private void once(AtomicBoolean over, String name) {
        if (!over.compareAndSet(false, true)) {
            violations.add(name + " ended twice");
        }
    }

    @Override
    public RunWatch begin(RunStart run) {
        Seen seen = new Seen(this, run);
        if (runs.put(run.runId(), seen) != null) {
            violations.add("two runs have one id");
        }
        return seen;
    }

    int count() {
        return runs.size();
    }

    /** The number of runs that have ended. */
    long ended() {
        return runs.values().stream().filter(seen -> seen.ended.getCount() == 0).count();
    }

    /** The only run of this agent, after its end. */
    Seen awaitEnd(String agent) throws InterruptedException {
        List<Seen> found = runs.values().stream()
                .filter(seen -> seen.start.agent().equals(agent))
                .toList();
        assertThat(found).hasSize(1);
        assertThat(found.get(0).ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertNoViolations();
        return found.get(0);
    }

    /** The only run of the agent with the default name, after its end. */
    Seen awaitEnd() throws InterruptedException {
        return awaitEnd("agent");
    }

    /** Waits for the end of all runs. */
    void awaitAll() throws InterruptedException {
        for (Seen each : runs.values()) {
            assertThat(each.ended.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertNoViolations();
    }

    void assertNoViolations() {
        assertThat(violations).isEmpty();
    }
}
