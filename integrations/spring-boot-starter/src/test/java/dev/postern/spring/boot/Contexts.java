package dev.postern.spring.boot;

import dev.postern.CompletionRequest;
import dev.postern.testkit.WireServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** What the tests of contexts share. */
final class Contexts {
    static final CompletionRequest QUESTION = CompletionRequest.of("What is the capital of France?");

    private Contexts() {}

    /** A context with all auto-configurations of this module and no property. */
    static ApplicationContextRunner plain() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        PosternAutoConfiguration.class,
                        PosternMicrometerAutoConfiguration.class,
                        PosternSpringAiAutoConfiguration.class,
                        PosternLangChain4jAutoConfiguration.class,
                        PosternHealthAutoConfiguration.class,
                        PosternEndpointAutoConfiguration.class));
    }

    /** The same, with the properties of a server. */
    static ApplicationContextRunner of(WireServer server) {
        return plain().withPropertyValues("postern.base-url=" + server.url(), "postern.model=small");
    }

    /** Everything that a log would show of a failure. */
    static String text(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** The first failure of this type in the chain of causes. */
    static <T extends Throwable> T cause(Throwable failure, Class<T> type) {
        for (Throwable next = failure; next != null; next = next.getCause()) {
            if (type.isInstance(next)) {
                return type.cast(next);
            }
        }
        throw new AssertionError("no " + type.getName(), failure);
    }
}
