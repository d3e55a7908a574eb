/**
 * Java records as JSON Schema, and values checked against a schema: what tools and structured answers are made of.
 *
 * <ul>
 *   <li>{@link dev.postern.schema.RecordType} describes a record, reads it from JSON values and writes it;
 *   <li>{@link dev.postern.schema.Description} tells the model what a record, a component or a constant is;
 *   <li>{@link dev.postern.schema.JsonSchema} checks values against any schema, wherever it came from;
 *   <li>{@link dev.postern.schema.PlainJson} makes JSON values of what a program has at hand.
 * </ul>
 *
 * <p>JSON values are what {@link dev.postern.json.Json#parse} gives: maps, lists, strings, numbers, booleans and null.
 * Both kinds of check collect all that is wrong, each with its path, since a model mends in one go what it is told in one
 * go. Everything here is immutable and may be shared among threads.
 */
@NullMarked
package dev.postern.schema;

import org.jspecify.annotations.NullMarked;
