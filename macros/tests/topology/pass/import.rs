//! What is declared in another file.

streamwright_macros::topology! {
    topology counter
    import "../shared.topo"
    import "../shared.topo" as other
    param output: string
    spout requests: other::Request { read file input as json }
    bolt per_client { from requests  group by ip  window all  select ip, hits = count() }
    sink counts { from per_client  write file output as json }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let (input, output) = (folder.path().join("in.jsonl"), folder.path().join("out.jsonl"));
    std::fs::write(&input, "{\"ip\":\"::1\",\"status\":200}\n{\"ip\":\"::1\",\"status\":404}\n")?;
    let path = |path: &std::path::Path| path.to_str().map(str::to_owned).ok_or("not UTF-8");
    counter::run(["--input".to_owned(), path(&input)?, "--output".to_owned(), path(&output)?, "--other-input".to_owned(), "-".to_owned()])?;
    assert_eq!(std::fs::read_to_string(&output)?, "{\"ip\":\"::1\",\"hits\":2}\n");
    Ok(())
}
