//! Passwords: argon2id. Invariant: the memory a look at one takes (19 MiB) is kept and used again, so that many looks one after
//! another, on whatever threads, hold no more than the looks at once do; an allocator keeps some of it for every thread.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};

/// Memory that nobody uses now.
static FREE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Hashes a password into a PHC string.
///
/// # Errors
/// Why it cannot be hashed, in words.
pub fn hash_password(password: &str) -> Result<String, String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|e| e.to_string())
}

/// Whether a password is the one that was hashed; no when the stored text is no argon2 hash.
pub fn is_right(password: &str, stored: &str) -> bool {
    checked(password, stored).unwrap_or(false)
}

fn checked(password: &str, stored: &str) -> Option<bool> {
    let hash = PasswordHash::new(stored).ok()?;
    let (salt, expected) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = hash.version.map_or(Some(Version::default()), |version| Version::try_from(version).ok())?;
    let params = Params::try_from(&hash).ok()?;
    let blocks = params.block_count();
    let mut memory = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
    memory.resize(blocks, Block::new());
    let mut out = vec![0; expected.as_bytes().len()];
    let argon = Argon2::new(algorithm, version, params);
    let done = argon.hash_password_into_with_memory(password.as_bytes(), salt.as_ref(), &mut out, &mut memory[..]);
    FREE.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    done.ok()?;
    // `Output` compares in constant time.
    Some(Output::new(&out).ok()? == *expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_password_and_no_other_is_right_and_the_memory_is_used_again() {
        let stored = hash_password("correct horse").expect("hashed");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        for (password, right) in
            [("correct horse", true), ("correct horsf", false), ("", false), ("correct horse ", false)]
        {
            assert_eq!(is_right(password, &stored), right, "{password:?}");
        }
        assert_eq!(FREE.lock().expect("free").len(), 1, "one after another use one");
    }

    #[test]
    fn what_is_no_hash_is_nobodys_password() {
        for stored in [
            "",
            "x",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ",
            "$scrypt$ln=1$a$b",
        ] {
            assert!(!is_right("x", stored), "{stored}");
        }
    }
}
