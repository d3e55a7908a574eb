package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmProvider;
import dev.postern.testkit.project.FootprintContract;
import java.util.Set;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.springai",
                75_000,
                18_016_000,
                "antlr-runtime",
                "antlr4-runtime",
                "classmate",
                "commons-logging",
                "context-propagation",
                "HdrHistogram",
                "jackson-annotations",
                "jackson-core",
                "jackson-databind",
                "jsonschema-generator",
                "jsonschema-module-jackson",
                "jsonschema-module-swagger",
                "jtokkit",
                "micrometer-commons",
                "micrometer-core",
                "micrometer-observation",
                "postern-core",
                "reactive-streams",
                "reactor-core",
                "slf4j-api",
                "spring-ai-commons",
                "spring-ai-model",
                "spring-ai-template-st",
                "spring-aop",
                "spring-beans",
                "spring-context",
                "spring-core",
                "spring-expression",
                "spring-messaging",
                "ST4",
                "swagger-annotations-jakarta");
    }

    @Override
    protected Set<String> modulesWithoutDescriptor() {
        return Set.of(
                "antlr.runtime",
                "context.propagation",
                "HdrHistogram",
                "io.swagger.v3.oas.annotations",
                "jtokkit",
                "micrometer.commons",
                "micrometer.core",
                "micrometer.observation",
                "org.antlr.antlr4.runtime",
                "org.reactivestreams",
                "reactor.core",
                "spring.ai.commons",
                "spring.ai.model",
                "spring.ai.template.st",
                "spring.aop",
                "spring.beans",
                "spring.context",
                "spring.core",
                "spring.expression",
                "spring.messaging",
                "ST4");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Class<?> chatModel = modules.loadClass("org.springframework.ai.chat.model.ChatModel");
        Object built = modules.loadClass(PosternChatOptions.class.getName())
                .getMethod("builder")
                .invoke(null);

        assertThat(call(built, "build")).hasToString("PosternChatOptions[model=null, tools=[]]");
        assertThat(chatModel.isAssignableFrom(modules.loadClass(PosternChatModel.class.getName())))
                .isTrue();
        assertThat(modules.loadClass(LlmProvider.class.getName())
                        .isAssignableFrom(modules.loadClass(ChatModelProvider.class.getName())))
                .isTrue();
    }
}
