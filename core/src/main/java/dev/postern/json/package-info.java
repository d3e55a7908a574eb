/**
 * JSON over jackson-core, as small as the providers need it. Jackson itself stays behind this package: none of its types
 * shows in a signature, and nothing else in core imports it.
 *
 * <ul>
 *   <li>{@link dev.postern.json.JsonReader} pulls fields from the events of a stream without making a tree;
 *   <li>{@link dev.postern.json.JsonWriter} writes requests;
 *   <li>{@link dev.postern.json.Json} and {@link dev.postern.json.JsonObject} are for what is small or rare;
 *   <li>{@link dev.postern.json.JsonLimits} bounds the trees that texts from strangers become.
 * </ul>
 *
 * <p>The objects belong to one thread at a time. JSON null is Java's {@code null} inside maps and lists, and nowhere
 * else.
 */
@NullMarked
package dev.postern.json;

import org.jspecify.annotations.NullMarked;
