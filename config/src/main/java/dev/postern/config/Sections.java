package dev.postern.config;

import dev.postern.config.names.Suggestion;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the sections of this gateway in a document. Files of the Python gateway have other primitives beside {@code llm},
 * and sections such as {@code logging} or {@code audit}; these are skipped, with a line in the log for each.
 */
final class Sections {
    /** The path of the language models. */
    static final String LLM = "providers.llm";

    /** The path of the agents. */
    static final String AGENTS = "agents";

    private static final Logger LOG = System.getLogger("dev.postern.config");

    private final ConfigText text;

    private Sections(ConfigText text) {
        this.text = text;
    }

    /** Returns the section of the language models. {@code others} are sections at the top that others read. */
    static Node.Section llm(ConfigText text, Node.Section root, List<String> others) {
        Sections sections = new Sections(text);
        List<String> known = new ArrayList<>(List.of("providers", AGENTS));
        known.addAll(others);
        sections.skip(root, "", known);
        Node.Section providers = sections.section(root, "providers", "providers");
        sections.skip(providers, "providers.", List.of("llm"));
        return sections.section(providers, "llm", LLM);
    }

    /** Returns the section of the agents; an empty one if the file has none. */
    static Node.Section agents(ConfigText text, Node.Section root) {
        return top(text, root, AGENTS);
    }

    /** Returns a section at the top; an empty one if the file has none. */
    static Node.Section top(ConfigText text, Node.Section root, String name) {
        Node node = root.entries().get(name);
        boolean absent = node == null || (node instanceof Node.Scalar scalar && scalar.value() == null);
        return absent ? new Node.Section(root.line(), Map.of(), 1, 1) : new Sections(text).section(root, name, name);
    }

    private void skip(Node.Section section, String path, List<String> known) {
        section.entries().forEach((key, node) -> {
            if (known.contains(key)) {
                return;
            }
            Suggestion.nearest(key, known).ifPresent(meant -> {
                throw text.error(node.line(), path + key + ": is not a known section. Did you mean '" + meant + "'?");
            });
            LOG.log(Level.INFO, text.at(node.line()) + ": " + path + key + ": is not used by this gateway; skipped");
        });
    }

    private Node.Section section(Node.Section outer, String key, String path) {
        Node node = outer.entries().get(key);
        if (node instanceof Node.Section section) {
            return section;
        }
        if (node == null || (node instanceof Node.Scalar scalar && scalar.value() == null)) {
            throw text.error(
                    node == null ? outer.line() : node.line(),
                    path + ": " + (node == null ? "is missing" : "is empty") + "; add "
                            + (path.equals(LLM) ? "it" : LLM) + " with at least one backend");
        }
        throw text.error(node.line(), path + ": must be a section with keys of its own");
    }
}
