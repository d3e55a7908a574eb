package dev.postern.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One value of a document. Aliases share nodes, so what a node measures is counted rather than looked at. */
sealed interface Node {
    /** Where it stands, from 1 on: the line of its key, of its dash, or its own. */
    int line();

    /** How many values there are in it, itself included, if all aliases are followed. */
    default int size() {
        return 1;
    }

    /** How many values are nested in one another, itself included. */
    default int height() {
        return 1;
    }

    /** The same, standing elsewhere. */
    Node at(int line);

    /** Keys and values. */
    record Section(int line, Map<String, Node> entries, int size, int height) implements Node {
        @Override
        public Section at(int other) {
            return new Section(other, entries, size, height);
        }
    }

    /** A list. */
    record Items(int line, List<Node> items, int size, int height) implements Node {
        @Override
        public Items at(int other) {
            return new Items(other, items, size, height);
        }
    }

    /** A text, number, truth value, or null. */
    record Scalar(int line, @Nullable Object value) implements Node {
        @Override
        public Scalar at(int other) {
            return new Scalar(other, value);
        }
    }
}
