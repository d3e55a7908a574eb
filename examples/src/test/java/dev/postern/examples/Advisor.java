package dev.postern.examples;

import dev.postern.CompletionRequest;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.ContentDelta;
import dev.postern.agent.Agent;
import dev.postern.agent.Tool;
import java.util.concurrent.Flow;

final class Advisor {
    record City(String name) {}

    private final LlmProvider llm;

    Advisor(LlmProvider llm) {
        this.llm = llm;
    }

    String answer(String question) {
        return llm.completions(CompletionRequest.of(question)).content();
    }

    String advise(String question) {
        Tool weather = Tool.of("get_weather", "The weather, now.", City.class, city -> "18 °C in " + city.name());
        return Agent.builder(llm).tool(weather).build().run(question).text();
    }

    Flow.Publisher<StreamEvent> events(String topic) {
        return llm.stream(CompletionRequest.of("Tell me a story about " + topic + "."));
    }

    /** The story; if it breaks off, as much of it as came. */
    String story(String topic) {
        StringBuilder text = new StringBuilder();
        try (EventStream events = EventStream.of(events(topic))) {
            for (StreamEvent event : events) {
                text.append(event instanceof ContentDelta piece ? piece.delta() : "");
            }
        } catch (LlmException e) {
            text.append(" (").append(e.kind()).append(')');
        }
        return text.toString();
    }
}
