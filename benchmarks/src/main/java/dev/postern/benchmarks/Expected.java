package dev.postern.benchmarks;

import dev.postern.benchmarks.server.Script;

/**
 * What the server sends for a script, computed once.
 *
 * @param script the script
 * @param characters the number of characters
 * @param hash the hash code of the whole text, as {@link String#hashCode} defines it; for a paced script not used
 */
record Expected(Script script, long characters, int hash) {
    static Expected of(String model) {
        Script script = Script.of(model);
        return new Expected(
                script,
                script.characters(),
                script.isPaced() ? 0 : script.text().hashCode());
    }
}
