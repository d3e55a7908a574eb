package dev.postern.testkit;

import dev.postern.json.Json;
import dev.postern.json.JsonException;
import dev.postern.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Requests to a real server and its answers, in a file of JSON that people can read and compare. A {@link RecordingProxy} makes
 * it, a {@link ReplayServer} answers from it. Immutable.
 *
 * <p>Texts are as they were on the wire: a stream has one text for each event, an event stream of AWS one object for each frame.
 * Keys are not in it, see {@link RecordingProxy}. In the file, {@code ***} in a request stands for any characters, so what
 * changes with each run can be masked by hand.
 */
public final class Recording {
    private static final long VERSION = 1;

    private final String basePath;
    private final List<RecordedExchange> exchanges;

    Recording(String basePath, List<RecordedExchange> exchanges) {
        this.basePath = basePath;
        this.exchanges = List.copyOf(exchanges);
    }

    /**
     * Reads a file.
     *
     * @throws UncheckedIOException if it cannot be read
     * @throws IllegalArgumentException if it is no recording
     */
    public static Recording load(Path file) {
        try {
            JsonObject json = Json.object(Files.readAllBytes(file));
            if (json.integer("recording", 0) != VERSION) {
                throw new IllegalArgumentException("its version, the field \"recording\", is not " + VERSION);
            }
            return new Recording(
                    json.text("base"),
                    json.objects("exchanges").stream().map(RecordedExchange::of).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException | IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " is no recording: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the file, and the folders above it.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public void save(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(
                    file,
                    PrettyJson.text(Fields.of(
                            "recording",
                            VERSION,
                            "base",
                            basePath,
                            "exchanges",
                            exchanges.stream().map(RecordedExchange::toJson).toList())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number of requests. */
    public int size() {
        return exchanges.size();
    }

    /** Starts a server that answers from this recording. */
    public ReplayServer replay() {
        return new ReplayServer(this);
    }

    String basePath() {
        return basePath;
    }

    List<RecordedExchange> exchanges() {
        return exchanges;
    }

    /** The number of requests. */
    @Override
    public String toString() {
        return "Recording[" + exchanges.size() + " requests]";
    }
}
