package dev.postern.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One value of a document. Aliases share nodes, so a node stores its size instead of counting its values. */
sealed interface Node {
    /** The line, from 1 on: that of its key, of its dash, or its own. */
    int line();

    /** The number of values in it, with itself and with the values that aliases repeat. */
    default int size() {
        return 1;
    }

    /** The depth of the tree below it, with itself. */
    default int height() {
        return 1;
    }

    /** Returns the same value at another line. */
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

    /** Text, a number, a boolean, or null. */
    record Scalar(int line, @Nullable Object value) implements Node {
        @Override
        public Scalar at(int other) {
            return new Scalar(other, value);
        }
    }
}
