/**
 * The page for operators, and what it shows: backends and their states, rates, costs, open requests and the last failures. It knows nothing
 * of HTTP servers. Nothing here has prompts, answers or keys.
 */
package dev.postern.server.admin;
