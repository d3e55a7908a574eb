/**
 * What agents keep, in a database: {@link dev.postern.jdbc.JdbcConversationMemory},
 * {@link dev.postern.jdbc.JdbcMemoryStore} and, for agents that are made at run time,
 * {@link dev.postern.jdbc.JdbcAgentSpecStore} over any {@code javax.sql.DataSource}. The one package that needs the
 * module {@code java.sql}; an application that uses it requires that module, and brings the driver and, better, a pool.
 *
 * <pre>{@code
 * JdbcConversationMemory conversations = JdbcConversationMemory.create(dataSource);
 * conversations.createTables();
 * }</pre>
 *
 * <p>The SQL is plain and is tried on H2 and PostgreSQL. Several processes may serve one session, or one namespace, at
 * the same time: each change is one transaction, and a change that collides with another one is tried again. Connections
 * are taken from the DataSource for one transaction each, with auto-commit on or off, and are given back as they came;
 * they must not be part of a transaction of the application, as it would be committed here. The database's default
 * isolation will do, and so will any stricter one.
 *
 * <p>What the database refuses becomes an {@link dev.postern.LlmException} that names what was tried and the SQL state;
 * neither it nor its cause shows what was stored, nor where the database is.
 */
@NullMarked
package dev.postern.jdbc;

import org.jspecify.annotations.NullMarked;
