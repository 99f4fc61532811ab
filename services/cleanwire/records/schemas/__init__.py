"""What are the published records in other languages of schemas than JSON's?"""
