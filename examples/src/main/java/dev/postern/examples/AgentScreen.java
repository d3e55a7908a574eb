package dev.postern.examples;

import dev.postern.LlmException;
import dev.postern.agent.AgentEvent;
import dev.postern.agent.AgentResult;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;

/** Prints a run of an agent: the text as it arrives, tool calls in brackets. */
final class AgentScreen implements Flow.Subscriber<AgentEvent> {
    private static final int SHOWN = 200;

    private final PrintStream out;
    private final CompletableFuture<Optional<AgentResult>> result = new CompletableFuture<>();
    private volatile Optional<Flow.Subscription> run = Optional.empty();
    private boolean inLine; // guarded by this

    AgentScreen(PrintStream out) {
        this.out = out;
    }

    /** Prints the run until its end. Returns the result; empty if the run was {@linkplain #cancel cancelled}. */
    Optional<AgentResult> show(Flow.Publisher<AgentEvent> events) throws InterruptedException {
        events.subscribe(this);
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw LlmException.of(e);
        } finally {
            lineEnd();
        }
    }

    /** Cancels the run and its active tools. */
    void cancel() {
        run.ifPresent(Flow.Subscription::cancel);
        result.complete(Optional.empty());
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        run = Optional.of(subscription);
        subscription.request(Long.MAX_VALUE); // the terminal needs no back-pressure
    }

    @Override
    public synchronized void onNext(AgentEvent event) {
        if (event instanceof AgentEvent.Token token) {
            out.print(token.content());
            out.flush();
            inLine = true;
        } else if (event instanceof AgentEvent.ToolCallResult ended) {
            line("[" + ended.call().name() + " " + ended.call().input() + " -> "
                    + shortened(ended.result().text()) + "]");
        } else if (event instanceof AgentEvent.SubAgentTool tool) {
            line("[" + tool.agent() + " calls " + tool.name() + "]");
        } else if (event instanceof AgentEvent.Done done) {
            result.complete(Optional.of(done.result()));
        }
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }

    private void line(String text) {
        lineEnd();
        out.println(text);
    }

    private synchronized void lineEnd() {
        if (inLine) {
            out.println();
            inLine = false;
        }
    }

    @Override
    public void onError(Throwable thrown) {
        result.completeExceptionally(thrown);
    }

    @Override
    public void onComplete() {
        // the result event came before
    }
}
