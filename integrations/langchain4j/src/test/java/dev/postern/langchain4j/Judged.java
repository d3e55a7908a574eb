package dev.postern.langchain4j;

import dev.postern.LlmProvider;
import dev.postern.openai.OpenAiProvider;
import dev.postern.testkit.WireServer;

/** The models that LangChain4j's published tests judge: over the OpenAI provider and a server on the loopback interface. */
final class Judged {
    static final String MODEL = "plain-model";
    static final String OTHER_MODEL = "other-model";

    private static final WireServer SERVER =
            WireServer.openai().respond(PlainModel::answer).repeatLast();
    private static final WireServer SERVICES =
            WireServer.openai().respond(ServiceModel::answer).repeatLast();
    private static final WireServer REFUSING = WireServer.openai().status(401).repeatLast();

    private Judged() {}

    /** A provider for the server that answers; it lives as long as the test's JVM. */
    static LlmProvider provider() {
        return provider(SERVER);
    }

    /** A provider for the server that answers the questions of AI services; it lives as long as the test's JVM. */
    static LlmProvider services() {
        return provider(SERVICES);
    }

    /** A provider for a server that refuses each request. */
    static LlmProvider refused() {
        return provider(REFUSING);
    }

    static LlmProvider provider(WireServer server) {
        return OpenAiProvider.builder()
                .baseUrl(server.url())
                .apiKey("test")
                .defaultModel(MODEL)
                .build();
    }
}
