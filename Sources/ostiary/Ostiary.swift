@main
enum Ostiary {
    static func main() {}
}
