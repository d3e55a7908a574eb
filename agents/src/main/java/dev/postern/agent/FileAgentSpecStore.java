package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stores specs in a JSON file that one process uses. The file is read when the store is opened. Each change writes a
 * temporary file in the same directory and moves it over the file in one step, so the file is always complete.
 * Temporary files of a process that was killed are removed when the store is opened. Thread-safe.
 */
public final class FileAgentSpecStore implements AgentSpecStore {
    private static final int LONGEST = 64 << 20; // bytes
    private static final String SUFFIX = ".tmp";

    private final Path file;
    private TreeMap<String, AgentSpec> specs = new TreeMap<>(); // guarded by this

    private FileAgentSpecStore(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Opens a file. If it does not exist, the first change creates it and its directory.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if it cannot be read or is not a valid store
     */
    public static FileAgentSpecStore open(Path file) {
        FileAgentSpecStore store = new FileAgentSpecStore(file);
        store.removeLeftovers();
        store.read();
        return store;
    }

    private String prefix() {
        return "." + file.getFileName();
    }

    /** Removes temporary files that no process uses any more. */
    private void removeLeftovers() {
        Pattern ours = Pattern.compile(Pattern.quote(prefix()) + "[0-9]+" + Pattern.quote(SUFFIX));
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(
                folder, path -> ours.matcher(path.getFileName().toString()).matches() && Files.isRegularFile(path))) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        } catch (IOException | DirectoryIteratorException | SecurityException e) { // leftovers are harmless
            System.getLogger("dev.postern.agent")
                    .log(Level.DEBUG, "temporary files of the agent store cannot be removed", e);
        }
    }

    private synchronized void read() {
        byte[] json;
        try (InputStream in = Files.newInputStream(file)) {
            json = in.readNBytes(LONGEST + 1);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException | SecurityException e) {
            throw failure("cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
        if (json.length > LONGEST) {
            throw failure("is longer than " + LONGEST + " bytes", null);
        }
        try {
            AgentSpecReader.readAll(json).forEach(spec -> specs.put(spec.id(), spec));
        } catch (LlmException e) {
            throw failure("is not a file of agents: " + e.getMessage(), e);
        }
    }

    private LlmException failure(String problem, @Nullable Exception cause) {
        return LlmException.builder(Kind.CONFIGURATION, "The agent store, " + file.getFileName() + ", " + problem)
                .cause(cause)
                .build();
    }

    @Override
    public synchronized List<AgentSpec> list() {
        return List.copyOf(specs.values());
    }

    @Override
    public synchronized Optional<AgentSpec> find(String id) {
        return Optional.ofNullable(specs.get(id));
    }

    @Override
    public synchronized boolean create(AgentSpec spec) {
        if (specs.containsKey(spec.id())) {
            return false;
        }
        AgentSpecStore.checkCount(specs.size());
        change(next -> next.put(spec.id(), spec), true);
        return true;
    }

    @Override
    public synchronized boolean replace(AgentSpec spec) {
        if (!specs.containsKey(spec.id())) {
            return false;
        }
        change(next -> next.put(spec.id(), spec), true);
        return true;
    }

    @Override
    public synchronized boolean delete(String id) {
        if (!specs.containsKey(id)) {
            return false;
        }
        change(next -> next.remove(id), false);
        return true;
    }

    /** Changes the file first, then the specs in memory. */
    private void change(Consumer<Map<String, AgentSpec>> edit, boolean checkSize) {
        TreeMap<String, AgentSpec> next = new TreeMap<>(specs);
        edit.accept(next);
        byte[] json = AgentSpecWriter.write(List.copyOf(next.values()));
        if (checkSize) {
            AgentSpecStore.checkBytes(json.length);
        }
        try {
            write(json);
        } catch (IOException | SecurityException e) {
            throw LlmException.builder(
                            Kind.SERVER,
                            "The agent store, " + file.getFileName() + ", cannot be written ("
                                    + e.getClass().getSimpleName() + "); nothing was changed.")
                    .cause(e)
                    .retryable(false)
                    .build();
        }
        specs = next;
    }

    private void write(byte[] json) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path temporary = Files.createTempFile(folder, prefix(), SUFFIX);
        try {
            Files.write(temporary, json, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            try {
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Shows the file's name. */
    @Override
    public String toString() {
        return "FileAgentSpecStore[" + file.getFileName() + "]";
    }
}
