package org.koegura.governance.account;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Somebody who is signed in, with the posts held at this moment. Made here only, from a token that holds; ask anew at
/// each request, so that an appointment that ended ends at once.
public final class Session {

    private final String id;
    private final String account;
    private final List<Post> posts;

    Session(String id, String account, List<Post> posts) {
        this.id = id;
        this.account = account;
        this.posts = List.copyOf(posts);
    }

    /// Names the session without opening it: the hash of its token.
    public String id() {
        return id;
    }

    /// The account's name.
    public String account() {
        return account;
    }

    /// The posts held now; empty where every appointment ended.
    public List<Post> posts() {
        return posts;
    }

    /// Whether a post with this role is held now.
    public boolean holds(Role role) {
        return posts.stream().anyMatch(post -> post.role() == role);
    }

    /// The roles held now.
    public Set<Role> roles() {
        return posts.stream().map(Post::role).collect(Collectors.toUnmodifiableSet());
    }

    /// The role as a metric label: the one that reaches furthest, or `none`.
    public String roleLabel() {
        return posts.stream()
                .map(Post::role)
                .filter(role -> role != Role.ADMINISTRATOR)
                .findFirst()
                .map(Role::label)
                .orElse(holds(Role.ADMINISTRATOR) ? Role.ADMINISTRATOR.label() : "none");
    }
}
