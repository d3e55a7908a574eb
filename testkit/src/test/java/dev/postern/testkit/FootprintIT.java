package dev.postern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.testkit.project.FootprintContract;

/** Without the libraries of tests, which a user brings along. */
class FootprintIT extends FootprintContract {
    FootprintIT() {
        super("dev.postern.testkit", 219_000, 1_228_000, "jackson-core", "postern-core");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object llm = call(modules.loadClass(FakeLlm.class.getName()), "answering", (Object) new String[] {"Hello"});
        Class<?> requests = modules.loadClass(CompletionRequest.class.getName());
        Object answer = call(llm, "completions", call(requests, "of", "Hi"));

        assertThat(call(answer, "content")).isEqualTo("Hello");
        Class<?> servers = modules.loadClass(WireServer.class.getName());
        try (AutoCloseable server = (AutoCloseable) call(servers, "openai")) {
            assertThat(call(server, "url").toString()).startsWith("http://127.0.0.1:");
            Class<?> proxies = modules.loadClass(RecordingProxy.class.getName());
            try (AutoCloseable proxy = (AutoCloseable) call(proxies, "to", call(server, "uri"))) {
                assertThat(call(call(proxy, "recording"), "size")).isEqualTo(0);
            }
        }
    }
}
