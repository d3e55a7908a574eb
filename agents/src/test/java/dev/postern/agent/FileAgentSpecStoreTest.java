package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAgentSpecStoreTest extends AgentSpecStoreContract {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("below").resolve("agents.json");
    }

    @Override
    protected AgentSpecStore create() {
        return FileAgentSpecStore.open(file());
    }

    @Override
    protected AgentSpecStore reopen(AgentSpecStore first) {
        return FileAgentSpecStore.open(file());
    }

    @Test
    void onlyTheFileRemains() throws IOException {
        AgentSpecStore store = create();
        store.create(AgentSpec.builder("a").build());
        store.replace(AgentSpec.builder("a").model("m").build());

        try (Stream<Path> files = Files.list(file().getParent())) {
            assertThat(files).containsExactly(file());
        }
        assertThat(file()).content().startsWith("{\"agents\":[{\"name\":\"a\"");
    }

    @Test
    void temporaryFilesOfAKilledProcessAreRemovedAtTheNextStart() throws IOException {
        create().create(AgentSpec.builder("a").build());
        Path below = file().getParent();
        Files.writeString(Files.createTempFile(below, ".agents.json", ".tmp"), "{\"agents\":[{\"na");
        Path others = Files.writeString(below.resolve("notes.tmp"), "of somebody else");
        Path backup = Files.writeString(below.resolve(".agents.json-old1.tmp"), "of somebody else");
        Path folderOfThatName = Files.createDirectory(below.resolve(".agents.json7.tmp"));

        assertThat(create().list()).hasSize(1);

        try (Stream<Path> files = Files.list(below)) {
            assertThat(files).containsExactlyInAnyOrder(file(), others, backup, folderOfThatName);
        }
    }

    @Test
    void anInvalidFileIsRefusedAndNotChanged() throws IOException {
        for (String other : List.of("{\"versions\":{}}", "[]", "", "{\"agents\":[{}]}", "half {")) {
            Files.createDirectories(file().getParent());
            Files.writeString(file(), other);

            assertThatThrownBy(this::create)
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                    .hasMessageStartingWith("The agent store, agents.json, is not a file of agents: ")
                    .hasMessageNotContaining(folder.toString());
            assertThat(file()).hasContent(other);
        }
    }

    @Test
    void aFailedWriteChangesNothing() throws IOException {
        AgentSpecStore store = create();
        store.create(AgentSpec.builder("a").build());
        Files.delete(file());
        Files.createDirectories(file().resolve("in the way"));

        assertThatThrownBy(() -> store.create(AgentSpec.builder("b").build()))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("cannot be written");

        assertThat(store.list()).extracting(AgentSpec::name).containsExactly("a");
    }
}
