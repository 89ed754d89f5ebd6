//! TLS. Invariant: a real certificate comes from configuration; without one a development authority is made on first start,
//! kept in the data folder, and trusted only by desktops that are pointed at it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

/// Where the certificate comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// PEM files of a real certificate chain and key.
    Files(PathBuf, PathBuf),
    /// Development: files made in this folder.
    Development(PathBuf),
}

/// The configuration of the listener.
pub async fn config(source: &Source) -> Result<RustlsConfig> {
    let (chain, key) = match source {
        Source::Files(chain, key) => (chain.clone(), key.clone()),
        Source::Development(folder) => development(folder)?,
    };
    RustlsConfig::from_pem_file(&chain, &key).await.with_context(|| format!("reading {}", chain.display()))
}

/// The authority's certificate of a development folder.
pub fn development_authority(folder: &Path) -> PathBuf {
    folder.join("development-ca.pem")
}

fn development(folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let (chain, key) = (folder.join("server.pem"), folder.join("server.key"));
    if chain.exists() && key.exists() {
        return Ok((chain, key));
    }
    std::fs::create_dir_all(folder)?;
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    authority.distinguished_name.push(DnType::CommonName, "Satchel development authority");
    let authority_certificate = authority.self_signed(&authority_key)?;
    let server_key = KeyPair::generate()?;
    let mut server = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    server.distinguished_name.push(DnType::CommonName, "localhost");
    let issuer = Issuer::from_params(&authority, &authority_key);
    let certificate = server.signed_by(&server_key, &issuer)?;
    std::fs::write(development_authority(folder), authority_certificate.pem())?;
    std::fs::write(&chain, certificate.pem())?;
    write_private(&key, &server_key.serialize_pem())?;
    Ok((chain, key))
}

fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // Nobody else's from its first byte on.
        options.mode(0o600);
    }
    // What an interrupted start left.
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    options.open(path)?.write_all(text.as_bytes())?;
    Ok(())
}
