package dev.postern.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.model.chat.DisabledChatModel;
import dev.postern.testkit.project.FootprintContract;
import java.util.Set;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.langchain4j",
                105_000,
                4_516_000,
                "jackson-annotations",
                "jackson-core", // of LangChain4j
                "jackson-core", // of Postern
                "jackson-databind",
                "langchain4j-core",
                "postern-core",
                "slf4j-api");
    }

    @Override
    protected Set<String> modulesWithoutDescriptor() {
        return Set.of("langchain4j.core");
    }

    /** A model over a provider over a model that answers nothing. */
    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Object disabled = modules.loadClass(DisabledChatModel.class.getName())
                .getConstructor()
                .newInstance();
        Object provider = call(modules.loadClass(LangChain4jProvider.class.getName()), "of", "theirs", disabled);
        Object model = call(modules.loadClass(PosternChatModel.class.getName()), "of", provider);

        assertThatThrownBy(() -> call(model, "chat", "Hi"))
                .cause()
                .hasMessageContaining("disabled")
                .satisfies(failure ->
                        assertThat(failure.getClass().getName()).isEqualTo(NonRetriableException.class.getName()));
    }
}
