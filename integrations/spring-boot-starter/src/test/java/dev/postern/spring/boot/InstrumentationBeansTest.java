package dev.postern.spring.boot;

import static dev.postern.spring.boot.Contexts.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.call.Instrumentation.ContextBinding;
import dev.postern.call.Interceptor;
import dev.postern.testkit.WireServer;
import dev.postern.testkit.project.QuietLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Beans that see or change calls are registered in their order. */
class InstrumentationBeansTest {
    @RegisterExtension
    static final QuietLog QUIET = QuietLog.of("dev.postern.call");

    private static final List<String> NEWS = Collections.synchronizedList(new ArrayList<>());

    @Configuration(proxyBeanMethods = false)
    static class Watching {
        @Bean
        @Order(2)
        CallListener second() {
            return call -> {
                NEWS.add("second listener");
                return CallListener.CallWatch.NONE;
            };
        }

        @Bean
        @Order(1)
        CallListener first() {
            return call -> {
                NEWS.add("first listener");
                return CallListener.CallWatch.NONE;
            };
        }

        @Bean
        @Order(2)
        Interceptor inner() {
            return call -> {
                NEWS.add("inner interceptor");
                return Interceptor.Decision.proceed();
            };
        }

        @Bean
        @Order(1)
        Interceptor outer() {
            return call -> {
                NEWS.add("outer interceptor");
                return Interceptor.Decision.proceed();
            };
        }

        @Bean
        InstrumentationCustomizer attempts() {
            return all -> all.attemptInterceptor(call -> {
                NEWS.add("interceptor of an attempt");
                return Interceptor.Decision.proceed();
            });
        }
    }

    @Test
    void listenersAndInterceptorsRunInTheirOrder() {
        NEWS.clear();
        try (WireServer server = WireServer.openai().answer("Paris")) {
            Contexts.of(server).withUserConfiguration(Watching.class).run(context -> {
                context.getBean(LlmProvider.class).completions(QUESTION);

                assertThat(NEWS)
                        .containsExactly(
                                "first listener",
                                "second listener",
                                "outer interceptor",
                                "inner interceptor",
                                "interceptor of an attempt");
            });
        }
    }

    @Test
    void anInstrumentationOfTheApplicationReplacesTheBeans() {
        NEWS.clear();
        try (WireServer server = WireServer.openai().answer("Paris")) {
            Contexts.of(server)
                    .withUserConfiguration(Watching.class)
                    .withBean(Instrumentation.class, () -> Instrumentation.NONE)
                    .run(context -> {
                        context.getBean(LlmProvider.class).completions(QUESTION);

                        assertThat(NEWS).isEmpty();
                        assertThat(context.getBean(OpenCallCounter.class).count())
                                .isZero();
                    });
        }
    }

    @Test
    void bindingsNestAndAreReleasedInTheOppositeOrder() {
        List<String> steps = new CopyOnWriteArrayList<>();
        try (WireServer server = WireServer.openai().answer("Paris")) {
            Contexts.of(server)
                    .withBean("a", ContextBinding.class, () -> binding("a", steps))
                    .withBean("b", ContextBinding.class, () -> binding("b", steps))
                    .withBean(Interceptor.class, () -> call -> {
                        steps.add("code");
                        return Interceptor.Decision.proceed();
                    })
                    .run(context -> context.getBean(LlmProvider.class).completions(QUESTION));
        }
        assertThat(steps).startsWith("bind a", "bind b", "code", "release b", "release a");
    }

    private static ContextBinding binding(String name, List<String> steps) {
        return context -> {
            steps.add("bind " + name);
            return () -> steps.add("release " + name);
        };
    }
}
