package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.spi.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The sections at the top of a file that the application reads. */
final class ApplicationSections {
    private final Map<String, Function<Settings, Runnable>> readers = new LinkedHashMap<>();

    void add(String name, Function<Settings, Runnable> reader) {
        if (name.equals("providers") || name.equals(Sections.AGENTS) || readers.put(name, reader) != null) {
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION, "The section '" + name + "' is taken; choose another name.");
        }
    }

    /** Reads the sections. The result puts them into effect. */
    Runnable read(ConfigText text, Node.Section root, Variables variables) {
        List<Runnable> effects = new ArrayList<>();
        readers.forEach((name, reader) -> {
            Settings settings = SettingsReader.of(text, Sections.top(text, root, name), name, variables);
            effects.add(reader.apply(settings));
            settings.refuseUnknown();
        });
        return () -> effects.forEach(Runnable::run);
    }

    /** The names of the sections. */
    List<String> names() {
        return List.copyOf(readers.keySet());
    }
}
