package dev.postern.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.gateway.Gateway;
import dev.postern.openai.OpenAiProvider;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.StreamProbe;
import dev.postern.testkit.WireServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdvisorTest {
    @Test
    void retriesABusyServer() {
        WireServer server = WireServer.openai().status(503, "Retry-After: 0").answer("Paris");
        var openai = OpenAiProvider.builder().baseUrl(server.url()).apiKey("test");
        try (server;
                LlmProvider llm = openai.defaultModel("m").build()) {
            assertEquals("Paris", new Advisor(llm).answer("What is the capital of France?"));
            assertEquals(2, server.requests().size());
        }
    }

    @Test
    void fallsBackToTheSecondBackend() {
        FakeLlm first = FakeLlm.failing(Kind.OVERLOADED);
        FakeLlm second = FakeLlm.answering("Paris");
        Gateway gateway = Gateway.builder()
                .backend("first", first)
                .backend("second", second)
                .fallbacks("first", List.of("second"))
                .build();
        assertEquals("Paris", new Advisor(gateway).answer("What is the capital of France?"));
        assertEquals(first.request(0).messages(), second.request(0).messages());
    }

    @Test
    void givesTheResultOfTheToolToTheModel() {
        FakeLlm llm = FakeLlm.calling("get_weather", Map.of("name", "Paris")).thenText("Take a coat.");
        assertEquals("Take a coat.", new Advisor(llm).advise("What do I wear in Paris?"));
        var sent = llm.request(1).messages();
        assertEquals("18 °C in Paris", sent.get(2).toolResults().get(0).text());
    }

    @Test
    void aCancelReachesTheModel() {
        FakeLlm llm = FakeLlm.answering("Once", " upon").hangAfter(1);
        StreamProbe.of(new Advisor(llm).events("gates")).expectText("Once").cancel();
        llm.awaitCancelled(1);
    }

    @Test
    void keepsTheTextOfACutStream() {
        FakeLlm llm = FakeLlm.answering("Once", " upon").cutAfter(1);
        assertEquals("Once (INCOMPLETE_STREAM)", new Advisor(llm).story("gates"));
    }
}
