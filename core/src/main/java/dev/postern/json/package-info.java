/**
 * A small JSON API over jackson-core for providers. No type of Jackson is in a signature, and no other package of core
 * imports Jackson.
 *
 * <ul>
 *   <li>{@link dev.postern.json.JsonReader} reads fields from the events of a stream without making a tree;
 *   <li>{@link dev.postern.json.JsonWriter} writes requests;
 *   <li>{@link dev.postern.json.Json} and {@link dev.postern.json.JsonObject} are for small or rare texts;
 *   <li>{@link dev.postern.json.JsonLimits} limits the trees of texts from untrusted sources.
 * </ul>
 *
 * <p>The objects belong to one thread at a time. JSON null is Java's {@code null} inside maps and lists, and nowhere
 * else.
 */
@NullMarked
package dev.postern.json;

import org.jspecify.annotations.NullMarked;
