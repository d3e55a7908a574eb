package dev.postern.examples;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.Certainty;
import dev.postern.call.CallListener.Spent;
import dev.postern.call.Instrumentation;
import dev.postern.gateway.Gateway;
import dev.postern.openai.OpenAiProvider;
import dev.postern.server.standin.StandInServer;
import dev.postern.usage.CallCost;
import dev.postern.usage.Cost;
import dev.postern.usage.Price;
import dev.postern.usage.Pricing;
import dev.postern.usage.UsageListener;
import dev.postern.usage.UsageTotals;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** What calls tell about themselves: one that succeeds, and ones that are retried, switched, cancelled and cut. */
public final class Observability {
    private static final String LINE = "%-10s %-9s %-8s %-8s %-13s %-10s %-15s %s%n";

    private static final Map<String, String> MODELS = Map.of("retried", StandInServer.BUSY, "cut", StandInServer.CUT);

    private Observability() {}

    /** Runs the example. */
    public static void main(String[] args) throws InterruptedException {
        try (StandInServer server = StandInServer.start(Duration.ofMillis(10))) {
            run(server.baseUrl(), System.out);
        }
    }

    static void run(String url, PrintStream out) throws InterruptedException {
        Semaphore ended = new Semaphore(0);
        Pricing pricing = Pricing.builder("USD")
                .price("*", "stand-in*", Price.perMillion("1.25", "10"))
                .build();
        UsageListener usage = UsageListener.builder(pricing)
                .onCall(call -> {
                    print(call, out);
                    ended.release();
                })
                .build();
        out.printf(LINE, "call", "outcome", "attempts", "latency", "model", "tokens", "cost", "failure");
        try (Gateway llm = Gateway.builder()
                .backend("local", openAi(url))
                .backend("down", openAi("http://127.0.0.1:1/v1"))
                .fallbacks("down", List.of("local"))
                .instrumentation(Instrumentation.builder().listener(usage).build())
                .build()) {
            for (String name : List.of("succeeds", "retried", "switched", "cancelled", "cut")) {
                CompletionRequest request = CompletionRequest.builder()
                        .backend(name.equals("switched") ? "down" : "local")
                        .model(MODELS.getOrDefault(name, StandInServer.MODEL))
                        .user("What is an LLM gateway good for?")
                        .context(CallContext.builder().id(name).build())
                        .build();
                try (EventStream events = EventStream.of(llm.stream(request))) {
                    if (name.equals("cancelled")) {
                        events.iterator().next(); // and close
                    } else {
                        events.forEach(event -> {});
                    }
                } catch (LlmException e) {
                    // the listener prints it
                }
                ended.acquire();
            }
        }
        UsageTotals total = usage.total();
        out.println(
                "spent " + total.spent().cost() + ", wasted " + total.wasted().cost() + "; estimated of both "
                        + total.estimated().cost());
    }

    private static LlmProvider openAi(String url) {
        return OpenAiProvider.builder().baseUrl(url).build();
    }

    private static void print(CallCost call, PrintStream out) {
        CallEnd end = call.end();
        String tokens = end.total().map(Observability::tokens).orElse("none");
        String cost = call.total().map(Cost::toString).orElse("unknown");
        String failure = end.failure().map(why -> why.kind().toString()).orElse("");
        String latency = end.elapsed().toMillis() + " ms";
        out.printf(
                Locale.ROOT,
                LINE,
                call.context().id(),
                end.outcome(),
                end.attempts(),
                latency,
                end.model(),
                tokens,
                cost,
                failure);
    }

    private static String tokens(Spent spent) {
        String about = spent.certainty() == Certainty.ESTIMATED ? "~" : "";
        return about + spent.usage().inputTokens() + "+" + spent.usage().outputTokens();
    }
}
